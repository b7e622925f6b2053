/** Which fault happens to whom, and when. */
@NullMarked
package io.evenkeel.testbed.story;

import org.jspecify.annotations.NullMarked;
