/** Learns from a past that others have kept, and hands what was learned to the detection job. */
@NullMarked
package io.evenkeel.launcher.backfill;

import org.jspecify.annotations.NullMarked;
