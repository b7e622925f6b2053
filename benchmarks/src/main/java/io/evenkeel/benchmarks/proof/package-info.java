/**
 * Proofs of what the product promises when it is killed. Each is a command that drives the real product from outside,
 * counts effects on the other side (the sender's table, the platform's journal), writes what it saw as JSON and exits with
 * 1 when the promise was broken. Never part of the product, never a test that must pass by itself.
 */
@NullMarked
package io.evenkeel.benchmarks.proof;

import org.jspecify.annotations.NullMarked;
