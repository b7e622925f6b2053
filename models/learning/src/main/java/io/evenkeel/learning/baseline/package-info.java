/** What a signal usually does: level, season and scale, learned online in packed columns, and how strange a value is. */
@NullMarked
package io.evenkeel.learning.baseline;

import org.jspecify.annotations.NullMarked;
