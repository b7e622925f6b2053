/** The shop: one program, five roles, each replica a process. */
@NullMarked
package io.evenkeel.testbed.shop;

import org.jspecify.annotations.NullMarked;
