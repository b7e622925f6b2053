/** Judged deviations of a signal from its learned band. */
@NullMarked
package io.evenkeel.domain.finding;

import org.jspecify.annotations.NullMarked;
