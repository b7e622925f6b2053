/** How another process starts the test bed: a real shop, its load and the platform that runs it. */
@NullMarked
package io.evenkeel.testbed;

import org.jspecify.annotations.NullMarked;
