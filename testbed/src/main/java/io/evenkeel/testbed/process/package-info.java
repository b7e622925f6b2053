/** Processes as the kernel knows them: identity, signals, a watch on the parent. */
@NullMarked
package io.evenkeel.testbed.process;

import org.jspecify.annotations.NullMarked;
