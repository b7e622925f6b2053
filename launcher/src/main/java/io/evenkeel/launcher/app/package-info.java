/** The Spring context of the control plane and the console. */
@NullMarked
package io.evenkeel.launcher.app;

import org.jspecify.annotations.NullMarked;
