package io.evenkeel.testbed.shop;

import io.evenkeel.testbed.http.Answer;
import io.evenkeel.testbed.http.Json;
import io.evenkeel.testbed.http.Request;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * Makes an order of a basket: reserves the pieces first, then takes the money. When the payment fails the promise of
 * pieces lapses by itself and the user gets an error.
 */
final class CheckoutDesk implements Desk {
    private static final Duration CALL_TIMEOUT = Duration.ofMillis(1800);

    private final Tools tools;

    CheckoutDesk(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Map<String, Work> work() {
        return Map.of("/checkout", this::checkout);
    }

    private Answer checkout(Request request) throws InterruptedException {
        Order order =
                Json.read(request.body(), Order.class).withId(UUID.randomUUID().toString());
        tools.behaviour().strike("check out");
        int tax = tools.table().valueOf(order.product());
        tools.behaviour().work(3);
        tools.downstream().post(Role.INVENTORY, "/reserve", order, CALL_TIMEOUT);
        Object receipt = tools.downstream().post(Role.PAYMENT, "/pay", order, CALL_TIMEOUT);
        return Answer.ok(Map.of("order", order.id(), "tax", tax, "receipt", receipt));
    }
}
