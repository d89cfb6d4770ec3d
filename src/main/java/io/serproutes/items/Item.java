package io.serproutes.items;

/**
 * Where one item lies in its answer, and what has to be known to route it.
 *
 * @param from its first byte
 * @param length its bytes; an item larger than 2 GiB cannot occur under the limit of an answer
 * @param type where it goes
 * @param isObject whether it is a JSON object; anything else is wrapped
 * @param hasTask whether it has a member {@code task} of its own
 * @param rankFrom where the value of its {@code rank_absolute} lies
 * @param rankLength the bytes of that value; 0 where it has none
 */
record Item(
    long from,
    int length,
    ItemType type,
    boolean isObject,
    boolean hasTask,
    long rankFrom,
    int rankLength) {}
