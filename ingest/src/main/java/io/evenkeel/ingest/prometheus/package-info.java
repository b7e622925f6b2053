/** History that a Prometheus has kept, read over its HTTP API and put into OpenTelemetry's words. */
@NullMarked
package io.evenkeel.ingest.prometheus;

import org.jspecify.annotations.NullMarked;
