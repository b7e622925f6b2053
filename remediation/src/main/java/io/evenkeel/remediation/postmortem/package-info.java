/** Drafts the postmortem of an incident from what was stored, and from nothing else. */
@NullMarked
package io.evenkeel.remediation.postmortem;

import org.jspecify.annotations.NullMarked;
