/** One command that starts everything, and says in one line what is wrong when it cannot. */
@NullMarked
package io.evenkeel.launcher;

import org.jspecify.annotations.NullMarked;
