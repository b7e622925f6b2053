package io.evenkeel.testbed.shop;

import io.evenkeel.testbed.http.Answer;
import io.evenkeel.testbed.http.BadRequestException;
import io.evenkeel.testbed.http.Json;
import io.evenkeel.testbed.http.Request;
import java.time.Duration;
import java.util.Map;

/** What users talk to: shows products and takes orders, by asking catalog and checkout. */
final class Storefront implements Desk {
    private static final Duration CATALOG_TIMEOUT = Duration.ofSeconds(2);
    /** Above checkout's own two calls of 1.8 s at most where only one of them is slow. */
    private static final Duration CHECKOUT_TIMEOUT = Duration.ofMillis(2500);

    private final Tools tools;

    Storefront(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Map<String, Work> work() {
        return Map.of("/products", this::product, "/checkout", this::checkout);
    }

    private Answer product(Request request) throws InterruptedException {
        int product = productOf(request);
        tools.behaviour().strike("show product");
        int banner = tools.table().valueOf(product);
        tools.behaviour().work(1.5);
        Object card = tools.downstream().get(Role.CATALOG, "/products?id=" + product, CATALOG_TIMEOUT);
        return Answer.ok(Map.of("banner", banner, "product", card));
    }

    private Answer checkout(Request request) throws InterruptedException {
        Order order = Json.read(request.body(), Order.class);
        tools.behaviour().strike("take order");
        tools.table().valueOf(order.product());
        tools.behaviour().work(1.5);
        Object receipt = tools.downstream().post(Role.CHECKOUT, "/checkout", order, CHECKOUT_TIMEOUT);
        return Answer.ok(receipt);
    }

    static int productOf(Request request) {
        String id = request.query("id");
        try {
            return Integer.parseInt(String.valueOf(id));
        } catch (NumberFormatException e) {
            throw new BadRequestException(400, "query parameter id must be a product number, not '" + id + "'");
        }
    }
}
