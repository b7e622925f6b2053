/** The detection job: sources, thin functions around the books of {@code io.evenkeel.detection}, sinks, serializers. */
@NullMarked
package io.evenkeel.detection.flink;

import org.jspecify.annotations.NullMarked;
