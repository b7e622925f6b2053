package io.evenkeel.detection;

/** Books of a small, fixed story, for the golden files of state. */
public final class GoldenBooks {
    private GoldenBooks() {}

    /** Three minutes of a calm shop and one with a fault: learned baselines, open findings, windows, peers. */
    public static Object named(String name) {
        Shop shop = new Shop(1, 5);
        shop.run(180);
        shop.one("payment").failShare = 0.6;
        shop.run(60);
        return switch (name) {
            case "entity-book" -> shop.house.entities.get("demo/shop/payment\nnode-1");
            case "service-book" -> shop.house.services.get("demo/shop/checkout");
            case "presence-book" -> shop.house.presence;
            default -> throw new IllegalArgumentException(name);
        };
    }
}
