package io.evenkeel.testbed.shop;

/**
 * What a user buys.
 *
 * @param id given by checkout, empty before
 * @param product from 1
 * @param quantity pieces, from 1
 */
record Order(String id, int product, int quantity) {
    Order {
        id = id == null ? "" : id;
        quantity = Math.max(1, quantity);
    }

    Order withId(String given) {
        return new Order(given, product, quantity);
    }
}
