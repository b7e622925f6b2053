package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Prior;
import io.evenkeel.wire.otlp.SecretMask;
import java.util.Map;
import java.util.TreeMap;

/** Books of a small, fixed story, for the golden files of state. */
public final class GoldenBooks {
    private GoldenBooks() {}

    /** A prior taken, and one that a signal has done with. */
    private static PriorShelf shelf(Shop shop) {
        History history = new History(SecretMask.standard(), House.TODAY);
        shop.house.alsoLearns = history;
        shop.run(180);
        Map<String, Prior> taken = new TreeMap<>(history.priors());
        taken.keySet().removeIf(id -> !id.startsWith("demo/shop/payment|"));
        String refusing = "demo/shop/payment|gauge|||node-1#1|jvm.thread.count|jvm.thread.daemon=true";
        return new PriorShelf(taken, Map.of(refusing, 42L));
    }

    static Shop shop() {
        Shop shop = new Shop(1, 5);
        shop.run(180);
        shop.one("payment").failShare = 0.6;
        shop.run(60);
        return shop;
    }

    /** Three minutes of a calm shop and one with a fault: learned baselines, open findings, windows, peers. */
    public static Object named(String name) {
        Shop shop = shop();
        return switch (name) {
            case "prior-shelf" -> shelf(shop);
            case "entity-book" -> shop.house.entities.get("demo/shop/payment\nnode-1");
            case "service-book" -> shop.house.services.get("demo/shop/checkout");
            case "presence-book" -> shop.house.presence;
            default -> throw new IllegalArgumentException(name);
        };
    }
}
