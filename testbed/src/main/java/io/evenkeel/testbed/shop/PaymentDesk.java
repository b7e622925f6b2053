package io.evenkeel.testbed.shop;

import io.evenkeel.testbed.http.Answer;
import io.evenkeel.testbed.http.Json;
import io.evenkeel.testbed.http.Request;
import java.util.Map;

/** Takes the money. */
final class PaymentDesk implements Desk {
    private final Tools tools;

    PaymentDesk(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Map<String, Work> work() {
        return Map.of("/pay", this::pay);
    }

    private Answer pay(Request request) throws InterruptedException {
        Order order = Json.read(request.body(), Order.class);
        tools.behaviour().strike("pay order");
        int fee = tools.table().valueOf(order.product());
        tools.behaviour().work(12);
        return Answer.ok(Map.of("order", order.id(), "fee", fee));
    }
}
