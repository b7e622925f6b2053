/** Users: a steady stream of requests, and the truth about what they got. */
@NullMarked
package io.evenkeel.testbed.load;

import org.jspecify.annotations.NullMarked;
