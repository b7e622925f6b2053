/** Findings to incidents: which findings are one fault, when that is an incident, and what it says. Pure decisions. */
@NullMarked
package io.evenkeel.correlation;

import org.jspecify.annotations.NullMarked;
