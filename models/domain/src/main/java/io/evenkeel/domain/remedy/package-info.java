/** The shared words of repair: risk, trust, gate outcomes, states and verdicts. */
@NullMarked
package io.evenkeel.domain.remedy;

import org.jspecify.annotations.NullMarked;
