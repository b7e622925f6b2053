/** The little HTTP and JSON that the bed's own processes speak. */
@NullMarked
package io.evenkeel.testbed.http;

import org.jspecify.annotations.NullMarked;
