/**
 * How right a detector is: labelled series of operations, rivals, and scorers that count what a detector does to an
 * on-call person. Scorers see scores and labels only; detectors see times and values only.
 */
@NullMarked
package io.evenkeel.benchmarks.series;

import org.jspecify.annotations.NullMarked;
