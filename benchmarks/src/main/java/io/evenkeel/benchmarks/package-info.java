/** Measured, never asserted: whole-process benches with their own load, tables and child processes. */
@NullMarked
package io.evenkeel.benchmarks;

import org.jspecify.annotations.NullMarked;
