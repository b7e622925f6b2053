package io.evenkeel.detection.flink;

import io.evenkeel.wire.otlp.SpanRows;

/**
 * One end of a sampled call.
 *
 * @param service {@code ServiceKey.id()} of the service whose span it is
 * @param link the end
 */
record LinkEnd(String service, SpanRows.Link link) {}
