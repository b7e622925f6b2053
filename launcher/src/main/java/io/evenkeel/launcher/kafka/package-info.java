/** The embedded KRaft broker and its topics. */
@NullMarked
package io.evenkeel.launcher.kafka;

import org.jspecify.annotations.NullMarked;
