@NullMarked
package dev.breakwater.storage.sql.notification;

import org.jspecify.annotations.NullMarked;
