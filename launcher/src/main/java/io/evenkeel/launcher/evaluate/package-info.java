/** What the product decides on recorded data, written down for an independent scorer. */
@NullMarked
package io.evenkeel.launcher.evaluate;

import org.jspecify.annotations.NullMarked;
