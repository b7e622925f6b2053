/** The embedded Flink cluster and the jobs it keeps running. */
@NullMarked
package io.evenkeel.launcher.flink;

import org.jspecify.annotations.NullMarked;
