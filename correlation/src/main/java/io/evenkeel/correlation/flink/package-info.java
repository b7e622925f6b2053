/** The correlation job: Kafka in, one thin function per environment around {@link io.evenkeel.correlation.Correlator}, Kafka out. */
@NullMarked
package io.evenkeel.correlation.flink;

import org.jspecify.annotations.NullMarked;
