/** PostgreSQL as a child process, from binaries on the class path. */
@NullMarked
package io.evenkeel.launcher.postgres;

import org.jspecify.annotations.NullMarked;
