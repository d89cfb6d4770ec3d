package io.serproutes.items;

/**
 * One item as it goes out by itself.
 *
 * @param position 0-based, over all items of the task
 * @param type its {@code type} as the API sent it; empty where it has none
 * @param rankAbsolute its {@code rank_absolute} as the API sent it, or null
 * @param json the item with the member that tells its search
 */
public record ItemRecord(int position, String type, String rankAbsolute, byte[] json) {}
