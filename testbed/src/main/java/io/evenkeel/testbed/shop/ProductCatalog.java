package io.evenkeel.testbed.shop;

import io.evenkeel.testbed.http.Answer;
import io.evenkeel.testbed.http.Request;
import java.util.Map;

/** Knows products and prices. */
final class ProductCatalog implements Desk {
    private final Tools tools;

    ProductCatalog(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Map<String, Work> work() {
        return Map.of("/products", this::product);
    }

    private Answer product(Request request) throws InterruptedException {
        int product = Storefront.productOf(request);
        tools.behaviour().strike("read product");
        int cents = tools.table().valueOf(product);
        tools.behaviour().work(4);
        return Answer.ok(Map.of("id", product, "title", "Product " + product, "cents", cents));
    }
}
