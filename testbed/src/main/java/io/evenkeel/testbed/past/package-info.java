/** The shop's past that never was: what its agents would have exported under the load model. */
@NullMarked
package io.evenkeel.testbed.past;

import org.jspecify.annotations.NullMarked;
