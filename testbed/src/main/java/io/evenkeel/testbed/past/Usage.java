package io.evenkeel.testbed.past;

import io.evenkeel.testbed.shop.Role;
import java.util.List;

/**
 * What a role's replica does with its requests, as measured on the real bed at 20 requests/s (two cores, 2026-11): 95th
 * percentiles of 10, 45, 48, 25 and 5 ms on a quiet machine, up to 3.5 times that on a busy one, 1 to 3 % CPU a replica.
 *
 * @param doors routes and who comes to them
 * @param cpuAtRest share of the machine's CPU without requests
 * @param cpuSeconds share of the machine's CPU for one request a second
 * @param collectionSeconds seconds of garbage collection for one request
 */
record Usage(List<Door> doors, double cpuAtRest, double cpuSeconds, double collectionSeconds) {
    /**
     * @param method of HTTP
     * @param isForBuyers whether those who buy come here, by way of others or not; else those who look at a product
     * @param medianSeconds of a request on a quiet machine
     * @param sigma of its logarithm
     */
    record Door(String method, String route, boolean isForBuyers, double medianSeconds, double sigma) {}

    static Usage of(Role role) {
        return switch (role) {
            case FRONT ->
                new Usage(
                        List.of(
                                new Door("GET", "/products", false, 0.011, 0.35),
                                new Door("POST", "/checkout", true, 0.034, 0.25)),
                        0.003,
                        0.0021,
                        0.00004);
            case CATALOG -> new Usage(List.of(new Door("GET", "/products", false, 0.006, 0.3)), 0.003, 0.0012, 0.00002);
            case CHECKOUT ->
                new Usage(List.of(new Door("POST", "/checkout", true, 0.03, 0.25)), 0.003, 0.0036, 0.00005);
            case PAYMENT -> new Usage(List.of(new Door("POST", "/pay", true, 0.0145, 0.25)), 0.003, 0.0017, 0.00003);
            case INVENTORY ->
                new Usage(List.of(new Door("POST", "/reserve", true, 0.0033, 0.4)), 0.003, 0.0021, 0.00008);
        };
    }
}
