package io.evenkeel.testbed.shop;

import io.evenkeel.testbed.http.Answer;
import io.evenkeel.testbed.http.Json;
import io.evenkeel.testbed.http.Request;
import io.evenkeel.testbed.shop.postgres.PostgresStock;
import java.util.Map;
import java.util.UUID;

/** Promises pieces to orders. */
final class InventoryDesk implements Desk {
    private final Tools tools;
    private final PostgresStock stock;

    InventoryDesk(Tools tools, PostgresStock stock) {
        this.tools = tools;
        this.stock = stock;
    }

    @Override
    public Map<String, Work> work() {
        return Map.of("/reserve", this::reserve);
    }

    @Override
    public void warmUp() {
        stock.reserve(1, 1, "warm-up-" + UUID.randomUUID());
    }

    private Answer reserve(Request request) throws InterruptedException {
        Order order = Json.read(request.body(), Order.class);
        tools.behaviour().strike("reserve pieces");
        int warehouse = tools.table().valueOf(order.product());
        int left = stock.reserve(order.product(), order.quantity(), order.id());
        if (left < 0) {
            return Answer.error(409, "product " + order.product() + " is sold out");
        }
        return Answer.ok(Map.of("order", order.id(), "warehouse", warehouse, "left", left));
    }
}
