/** A repair from plan to verdict: what it would do, the legal moves of its life, and how its effect is judged. Pure. */
@NullMarked
package io.evenkeel.remediation.execution;

import org.jspecify.annotations.NullMarked;
