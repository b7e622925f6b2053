/** The front door's log: records in Kafka. */
@NullMarked
package io.evenkeel.ingest.kafka;

import org.jspecify.annotations.NullMarked;
