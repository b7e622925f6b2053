/** Inventory's stock in PostgreSQL. */
@NullMarked
package io.evenkeel.testbed.shop.postgres;

import org.jspecify.annotations.NullMarked;
