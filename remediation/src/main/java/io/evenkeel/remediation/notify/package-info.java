/** Tells people: which news goes where, signed, once, again when it did not arrive. */
@NullMarked
package io.evenkeel.remediation.notify;

import org.jspecify.annotations.NullMarked;
