@NullMarked
package dev.breakwater.core.notification;

import org.jspecify.annotations.NullMarked;
