/** Confidence that means what it says: raw scores against recorded outcomes. Tribuo underneath. */
@NullMarked
package io.evenkeel.learning.calibration;

import org.jspecify.annotations.NullMarked;
