/** What became of the telemetry that came, as Evenkeel's own parts tell it. */
@NullMarked
package io.evenkeel.console.pipeline;

import org.jspecify.annotations.NullMarked;
