/** Measurements, each a main of its own; never tests. */
@NullMarked
package io.evenkeel.benchmarks;

import org.jspecify.annotations.NullMarked;
