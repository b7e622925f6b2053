package io.evenkeel.testbed.shop;

/**
 * What every role works with.
 *
 * @param behaviour of the release that runs
 * @param table figures of this role by product
 * @param downstream the way to the other roles
 */
record Tools(Behaviour behaviour, ReferenceTable table, Downstream downstream) {}
