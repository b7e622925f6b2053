/** Drives repairs: the executors that reach out, and the one place that lets them act. */
@NullMarked
package io.evenkeel.remediation.runner;

import org.jspecify.annotations.NullMarked;
