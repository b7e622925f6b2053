/** What was measured: whose telemetry it is, which signal it feeds, and its rollups. */
@NullMarked
package io.evenkeel.domain.telemetry;

import org.jspecify.annotations.NullMarked;
