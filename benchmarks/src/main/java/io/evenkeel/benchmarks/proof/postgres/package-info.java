/** What a proof reads from the product's database, past the product. */
@NullMarked
package io.evenkeel.benchmarks.proof.postgres;

import org.jspecify.annotations.NullMarked;
