/** What every part of the start needs: secrets in files, and errors that say how to mend them. */
@NullMarked
package io.evenkeel.launcher.setup;

import org.jspecify.annotations.NullMarked;
