/** What the OTLP front door decides: pure, without a network or a clock. */
@NullMarked
package io.evenkeel.ingest;

import org.jspecify.annotations.NullMarked;
