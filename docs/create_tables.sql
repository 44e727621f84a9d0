-- The tables of Endpaper for MySQL 8 and MariaDB 10.6 or later.
-- Made from the migrations by docs/generate.py; `manage.py migrate` is how a shop gets them.

CREATE TABLE `account_emailaddress` (
    `id` integer AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `email` varchar(254) NOT NULL,
    `verified` bool NOT NULL,
    `primary` bool NOT NULL,
    `user_id` bigint NOT NULL
);

CREATE TABLE `account_emailconfirmation` (
    `id` integer AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `created` datetime(6) NOT NULL,
    `sent` datetime(6) NULL,
    `key` varchar(64) NOT NULL UNIQUE,
    `email_address_id` integer NOT NULL
);

CREATE TABLE `django_admin_log` (
    `id` integer AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `action_time` datetime(6) NOT NULL,
    `object_id` longtext NULL,
    `object_repr` varchar(200) NOT NULL,
    `action_flag` smallint UNSIGNED NOT NULL CHECK (`action_flag` >= 0),
    `change_message` longtext NOT NULL,
    `content_type_id` integer NULL,
    `user_id` bigint NOT NULL
);

CREATE TABLE `auth_group` (
    `id` integer AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `name` varchar(150) NOT NULL UNIQUE
);

CREATE TABLE `auth_group_permissions` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `group_id` integer NOT NULL,
    `permission_id` integer NOT NULL
);

CREATE TABLE `auth_permission` (
    `id` integer AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `name` varchar(255) NOT NULL,
    `content_type_id` integer NOT NULL,
    `codename` varchar(100) NOT NULL
);

CREATE TABLE `django_content_type` (
    `id` integer AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `app_label` varchar(100) NOT NULL,
    `model` varchar(100) NOT NULL
);

CREATE TABLE `django_q_ormq` (
    `id` integer AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `key` varchar(100) NOT NULL,
    `payload` longtext NOT NULL,
    `lock` datetime(6) NULL
);

CREATE TABLE `django_q_schedule` (
    `id` integer AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `func` varchar(256) NOT NULL,
    `hook` varchar(256) NULL,
    `args` longtext NULL,
    `kwargs` longtext NULL,
    `schedule_type` varchar(2) NOT NULL,
    `repeats` integer NOT NULL,
    `next_run` datetime(6) NULL,
    `task` varchar(100) NULL,
    `name` varchar(100) NULL,
    `minutes` smallint UNSIGNED NULL CHECK (`minutes` >= 0),
    `cron` varchar(100) NULL,
    `cluster` varchar(100) NULL,
    `intended_date_kwarg` varchar(100) NULL
);

CREATE TABLE `django_q_task` (
    `name` varchar(100) NOT NULL,
    `func` varchar(256) NOT NULL,
    `hook` varchar(256) NULL,
    `args` longtext NULL,
    `kwargs` longtext NULL,
    `result` longtext NULL,
    `started` datetime(6) NOT NULL,
    `stopped` datetime(6) NOT NULL,
    `success` bool NOT NULL,
    `id` varchar(32) NOT NULL PRIMARY KEY,
    `group` varchar(100) NULL,
    `attempt_count` integer NOT NULL,
    `cluster` varchar(100) NULL
);

CREATE TABLE `inventory_backorder` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `quantity` integer UNSIGNED NOT NULL CHECK (`quantity` >= 0),
    `book_id` bigint NOT NULL,
    `order_line_id` bigint NOT NULL UNIQUE,
    CONSTRAINT `inventory_backorder_quantity` CHECK (`quantity` >= 1)
);

CREATE TABLE `inventory_delivery` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `reference` varchar(100) NOT NULL,
    `key` varchar(64) NOT NULL UNIQUE,
    `contents` varchar(64) NOT NULL,
    `received_at` datetime(6) NOT NULL,
    `actor_id` bigint NULL
);

CREATE TABLE `inventory_restockalert` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `status` varchar(10) NOT NULL,
    `is_open` bool NULL,
    `available` integer UNSIGNED NOT NULL CHECK (`available` >= 0),
    `raised_at` datetime(6) NOT NULL,
    `ordered_at` datetime(6) NULL,
    `resolved_at` datetime(6) NULL,
    `book_id` bigint NOT NULL,
    `told_in` integer UNSIGNED NULL CHECK (`told_in` >= 0),
    CONSTRAINT `inventory_alert_one_open_per_book` UNIQUE (`book_id`, `is_open`)
);

CREATE TABLE `inventory_stock` (
    `book_id` bigint NOT NULL PRIMARY KEY,
    `on_hand` integer UNSIGNED NOT NULL CHECK (`on_hand` >= 0),
    `allocated` integer UNSIGNED NOT NULL CHECK (`allocated` >= 0),
    `threshold` integer UNSIGNED NULL CHECK (`threshold` >= 0),
    `accepted_low` integer UNSIGNED NULL CHECK (`accepted_low` >= 0),
    `awaited` integer UNSIGNED NOT NULL CHECK (`awaited` >= 0),
    `shelf` varchar(50) NOT NULL,
    CONSTRAINT `inventory_stock_allocated` CHECK ((`allocated` >= 0 AND `allocated` <= (`on_hand`))),
    CONSTRAINT `inventory_stock_awaited` CHECK ((`awaited` = 0 OR `allocated` = (`on_hand`)))
);

CREATE TABLE `inventory_stockmovement` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `kind` varchar(12) NOT NULL,
    `quantity` integer NOT NULL,
    `reason` varchar(200) NOT NULL,
    `reference` varchar(100) NOT NULL,
    `at` datetime(6) NOT NULL,
    `actor_id` bigint NULL,
    `book_id` bigint NOT NULL,
    `order_line_id` bigint NULL,
    CONSTRAINT `inventory_movement_moves` CHECK (NOT (`quantity` = 0)),
    CONSTRAINT `inventory_movement_once_per_parcel` UNIQUE (`order_line_id`, `kind`, `reference`)
);

CREATE TABLE `mfa_authenticator` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `type` varchar(20) NOT NULL,
    `data` json NOT NULL,
    `user_id` bigint NOT NULL,
    `created_at` datetime(6) NOT NULL,
    `last_used_at` datetime(6) NULL
);

CREATE TABLE `django_session` (
    `session_key` varchar(40) NOT NULL PRIMARY KEY,
    `session_data` longtext NOT NULL,
    `expire_date` datetime(6) NOT NULL
);

CREATE TABLE `shop_address` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `recipient` varchar(150) NOT NULL,
    `line1` varchar(150) NOT NULL,
    `line2` varchar(150) NOT NULL,
    `city` varchar(100) NOT NULL,
    `region` varchar(100) NOT NULL,
    `postcode` varchar(20) NOT NULL,
    `country` varchar(2) NOT NULL,
    `user_id` bigint NOT NULL,
    `preferred_at` datetime(6) NULL
);

CREATE TABLE `shop_book` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `isbn` varchar(13) NOT NULL UNIQUE,
    `title` varchar(300) NOT NULL,
    `subtitle` varchar(300) NOT NULL,
    `series_number` varchar(20) NOT NULL,
    `format` varchar(2) NOT NULL,
    `pages` smallint UNSIGNED NULL CHECK (`pages` >= 0),
    `language` varchar(3) NOT NULL,
    `publication_date` date NULL,
    `first_published` smallint NULL,
    `description` longtext NOT NULL,
    `price` numeric(10, 2) NULL,
    `cover` varchar(100) NOT NULL,
    `on_sale` bool NOT NULL,
    `added_at` datetime(6) NOT NULL,
    `byline` varchar(300) NOT NULL,
    `sort_title` varchar(300) NOT NULL,
    `search_text` longtext NOT NULL,
    `publisher_id` bigint NULL,
    `main_subject_id` bigint NULL,
    `availability_code` varchar(2) NOT NULL,
    `edition_type` varchar(3) NOT NULL,
    `embargo_date` date NULL,
    `imprint` varchar(200) NOT NULL,
    `listed` bool NOT NULL,
    `minutes` integer UNSIGNED NULL CHECK (`minutes` >= 0),
    `publishing_status` varchar(2) NOT NULL,
    `series_position` numeric(8, 2) NULL,
    `staff_fields` json NOT NULL,
    `withdrawn_at` datetime(6) NULL,
    `series_id` bigint NULL,
    `work_id` bigint NULL,
    `keywords` varchar(1000) DEFAULT '' NOT NULL,
    `weight` integer UNSIGNED NULL CHECK (`weight` >= 0)
);

CREATE TABLE `shop_book_subjects` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `book_id` bigint NOT NULL,
    `subject_id` bigint NOT NULL
);

CREATE TABLE `shop_bookchange` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `book_id` bigint NULL,
    `at` datetime(6) NOT NULL
);

CREATE TABLE `shop_booksubjectcode` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `is_main` bool NOT NULL,
    `book_id` bigint NOT NULL,
    `code_id` bigint NOT NULL,
    CONSTRAINT `shop_book_subject_code_once` UNIQUE (`book_id`, `code_id`)
);

CREATE TABLE `shop_booktext` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `text_type` varchar(2) NOT NULL,
    `html` longtext NOT NULL,
    `source` varchar(300) NOT NULL,
    `position` smallint UNSIGNED NOT NULL CHECK (`position` >= 0),
    `book_id` bigint NOT NULL
);

CREATE TABLE `shop_cart` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `checkout_key` char(32) NOT NULL UNIQUE,
    `updated_at` datetime(6) NOT NULL,
    `user_id` bigint NULL UNIQUE
);

CREATE TABLE `shop_cartline` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `quantity` smallint UNSIGNED NOT NULL CHECK (`quantity` >= 0),
    `unit_price` numeric(10, 2) NOT NULL,
    `book_id` bigint NOT NULL,
    `cart_id` bigint NOT NULL,
    CONSTRAINT `shop_cartline_one_per_book` UNIQUE (`cart_id`, `book_id`),
    CONSTRAINT `shop_cartline_quantity` CHECK ((`quantity` >= 1 AND `quantity` <= 99))
);

CREATE TABLE `shop_companion` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `orders` integer UNSIGNED NOT NULL CHECK (`orders` >= 0),
    `book_id` bigint NOT NULL,
    `other_id` bigint NOT NULL,
    CONSTRAINT `shop_companion_once` UNIQUE (`book_id`, `other_id`)
);

CREATE TABLE `shop_contribution` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `role` varchar(3) NOT NULL,
    `position` smallint UNSIGNED NOT NULL CHECK (`position` >= 0),
    `book_id` bigint NOT NULL,
    `contributor_id` bigint NOT NULL,
    CONSTRAINT `shop_contribution_once_per_role` UNIQUE (`book_id`, `contributor_id`, `role`)
);

CREATE TABLE `shop_contributor` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `name` varchar(200) NOT NULL,
    `sort_name` varchar(200) NOT NULL,
    `biography` longtext NOT NULL
);

CREATE TABLE `shop_creditnote` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `number` integer UNSIGNED NOT NULL UNIQUE CHECK (`number` >= 0),
    `issued_at` datetime(6) NOT NULL,
    `contents` json NOT NULL,
    `invoice_id` bigint NOT NULL,
    `refund_id` bigint NOT NULL UNIQUE
);

CREATE TABLE `shop_feedimport` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `source` varchar(200) NOT NULL,
    `fingerprint` varchar(32) NOT NULL,
    `sender` varchar(200) NOT NULL,
    `is_dry_run` bool NOT NULL,
    `status` varchar(10) NOT NULL,
    `problem` longtext NOT NULL,
    `created_at` datetime(6) NOT NULL,
    `updated_at` datetime(6) NULL,
    `finished_at` datetime(6) NULL,
    `bytes_total` bigint NOT NULL,
    `bytes_read` bigint NOT NULL,
    `position` integer UNSIGNED NOT NULL CHECK (`position` >= 0),
    `added` integer UNSIGNED NOT NULL CHECK (`added` >= 0),
    `changed` integer UNSIGNED NOT NULL CHECK (`changed` >= 0),
    `unchanged` integer UNSIGNED NOT NULL CHECK (`unchanged` >= 0),
    `withdrawn` integer UNSIGNED NOT NULL CHECK (`withdrawn` >= 0),
    `skipped` integer UNSIGNED NOT NULL CHECK (`skipped` >= 0),
    `rejected` integer UNSIGNED NOT NULL CHECK (`rejected` >= 0),
    `figures` json NOT NULL,
    `by_id` bigint NULL,
    `upload` varchar(60) NOT NULL,
    `asked_at` datetime(6) NOT NULL,
    `stop_asked` bool NOT NULL
);

CREATE TABLE `shop_feednote` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `kind` varchar(10) NOT NULL,
    `line` integer UNSIGNED NOT NULL CHECK (`line` >= 0),
    `reference` varchar(100) NOT NULL,
    `text` longtext NOT NULL,
    `run_id` bigint NOT NULL
);

CREATE TABLE `shop_feedrecord` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `key` varchar(32) NOT NULL UNIQUE,
    `sender` varchar(200) NOT NULL,
    `reference` varchar(100) NOT NULL,
    `digest` varchar(32) NOT NULL,
    `data` json NOT NULL,
    `received_at` datetime(6) NOT NULL,
    `book_id` bigint NOT NULL UNIQUE
);

CREATE TABLE `shop_invoice` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `number` integer UNSIGNED NOT NULL UNIQUE CHECK (`number` >= 0),
    `issued_at` datetime(6) NOT NULL,
    `contents` json NOT NULL,
    `order_id` bigint NOT NULL UNIQUE
);

CREATE TABLE `shop_linecredit` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `name` varchar(200) NOT NULL,
    `amount` numeric(10, 2) NOT NULL,
    `contributor_id` bigint NULL,
    `line_id` bigint NOT NULL,
    `refunded` numeric(10, 2) NOT NULL
);

CREATE TABLE `shop_mail` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `kind` varchar(30) NOT NULL,
    `key` varchar(80) NOT NULL UNIQUE,
    `about` bigint NULL,
    `reference` varchar(40) NOT NULL,
    `to` varchar(254) NOT NULL,
    `status` varchar(10) NOT NULL,
    `queued_at` datetime(6) NOT NULL,
    `due_at` datetime(6) NOT NULL,
    `tried_at` datetime(6) NULL,
    `sent_at` datetime(6) NULL,
    `tries` smallint UNSIGNED NOT NULL CHECK (`tries` >= 0),
    `problem` varchar(300) NOT NULL,
    `subject` varchar(300) NOT NULL,
    `text` longtext NOT NULL
);

CREATE TABLE `shop_numberseries` (
    `name` varchar(30) NOT NULL PRIMARY KEY,
    `last` integer UNSIGNED NOT NULL CHECK (`last` >= 0)
);

CREATE TABLE `shop_order` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `recipient` varchar(150) NOT NULL,
    `line1` varchar(150) NOT NULL,
    `line2` varchar(150) NOT NULL,
    `city` varchar(100) NOT NULL,
    `region` varchar(100) NOT NULL,
    `postcode` varchar(20) NOT NULL,
    `country` varchar(2) NOT NULL,
    `number` varchar(11) NOT NULL UNIQUE,
    `token` varchar(32) NOT NULL UNIQUE,
    `checkout_key` char(32) NOT NULL UNIQUE,
    `channel` varchar(10) NOT NULL,
    `reference` varchar(100) NOT NULL,
    `email` varchar(254) NOT NULL,
    `delivery_method` varchar(10) NOT NULL,
    `status` varchar(20) NOT NULL,
    `currency` varchar(3) NOT NULL,
    `items_total` numeric(10, 2) NOT NULL,
    `shipping` numeric(10, 2) NOT NULL,
    `total` numeric(10, 2) NOT NULL,
    `placed_at` datetime(6) NOT NULL,
    `expires_at` datetime(6) NULL,
    `paid_at` datetime(6) NULL,
    `dispatched_at` datetime(6) NULL,
    `customer_id` bigint NULL,
    `delivered_at` datetime(6) NULL,
    `discount` numeric(10, 2) NOT NULL,
    `shipping_name` varchar(100) NOT NULL,
    `shipping_tax` numeric(10, 2) NOT NULL,
    `tax` numeric(10, 2) NOT NULL,
    `telephone` varchar(30) NOT NULL,
    `shipping_method_id` bigint NULL,
    `shipping_refunded` numeric(10, 2) NOT NULL,
    CONSTRAINT `shop_order_total_adds_up` CHECK (`total` = (ROUND(((`items_total` - `discount`) + `shipping`), 2))),
    CONSTRAINT `shop_order_not_negative` CHECK ((`discount` >= 0 AND `items_total` >= 0 AND `shipping` >= 0 AND `total` >= 0)),
    CONSTRAINT `shop_order_tax_within` CHECK ((`shipping_tax` >= 0 AND `shipping_tax` <= (`shipping`) AND `tax` >= 0 AND `tax` <= (`total`))),
    CONSTRAINT `shop_order_shipping_refunded` CHECK ((`shipping_refunded` >= 0 AND `shipping_refunded` <= (`shipping`)))
);

CREATE TABLE `shop_orderevent` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `at` datetime(6) NOT NULL,
    `note` varchar(200) NOT NULL,
    `actor_id` bigint NULL,
    `order_id` bigint NOT NULL,
    `what` varchar(20) NOT NULL
);

CREATE TABLE `shop_orderline` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `isbn` varchar(13) NOT NULL,
    `title` varchar(300) NOT NULL,
    `byline` varchar(300) NOT NULL,
    `quantity` integer UNSIGNED NOT NULL CHECK (`quantity` >= 0),
    `unit_price` numeric(10, 2) NOT NULL,
    `total` numeric(10, 2) NOT NULL,
    `book_id` bigint NOT NULL,
    `order_id` bigint NOT NULL,
    `cancelled` integer UNSIGNED NOT NULL CHECK (`cancelled` >= 0),
    `discount` numeric(10, 2) NOT NULL,
    `dispatched` integer UNSIGNED NOT NULL CHECK (`dispatched` >= 0),
    `refunded` numeric(10, 2) NOT NULL,
    `returned` integer UNSIGNED NOT NULL CHECK (`returned` >= 0),
    `tax` numeric(10, 2) NOT NULL,
    `tax_rate` numeric(5, 2) NOT NULL,
    `told_from` date NULL,
    CONSTRAINT `shop_orderline_one_per_book` UNIQUE (`order_id`, `book_id`),
    CONSTRAINT `shop_orderline_quantity` CHECK (`quantity` >= 1),
    CONSTRAINT `shop_orderline_total` CHECK (`total` = (ROUND((`quantity` * `unit_price`), 2))),
    CONSTRAINT `shop_orderline_within_total` CHECK ((`discount` >= 0 AND `discount` <= (`total`) AND `tax` >= 0 AND `tax` <= (`total`))),
    CONSTRAINT `shop_orderline_copies` CHECK ((`dispatched` >= (`returned`) AND `quantity` >= (`dispatched` + `cancelled`))),
    CONSTRAINT `shop_orderline_refunded` CHECK ((`refunded` >= 0 AND `total` >= (ROUND((`refunded` + `discount`), 2))))
);

CREATE TABLE `shop_payment` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `gateway` varchar(20) NOT NULL,
    `reference` varchar(100) NULL UNIQUE,
    `amount` numeric(10, 2) NOT NULL,
    `currency` varchar(3) NOT NULL,
    `status` varchar(10) NOT NULL,
    `started_at` datetime(6) NOT NULL,
    `settled_at` datetime(6) NULL,
    `problem` varchar(200) NOT NULL,
    `actor_id` bigint NULL,
    `order_id` bigint NOT NULL,
    `needs_attention` bool NOT NULL,
    `refunded` numeric(10, 2) NOT NULL,
    `session` varchar(100) NULL UNIQUE,
    `url` varchar(2000) NOT NULL,
    CONSTRAINT `shop_payment_not_negative` CHECK (`amount` >= 0),
    CONSTRAINT `shop_payment_refunded` CHECK ((`refunded` >= 0 AND `refunded` <= (`amount`)))
);

CREATE TABLE `shop_productrelation` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `code` varchar(2) NOT NULL,
    `isbn` varchar(13) NOT NULL,
    `book_id` bigint NOT NULL,
    CONSTRAINT `shop_product_relation_once` UNIQUE (`book_id`, `code`, `isbn`)
);

CREATE TABLE `shop_providerevent` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `provider` varchar(20) NOT NULL,
    `event_id` varchar(100) NOT NULL,
    `kind` varchar(100) NOT NULL,
    `payload` json NOT NULL,
    `outcome` varchar(10) NOT NULL,
    `note` varchar(200) NOT NULL,
    `made_at` datetime(6) NULL,
    `received_at` datetime(6) NOT NULL,
    `times_received` integer UNSIGNED NOT NULL CHECK (`times_received` >= 0),
    `payment_id` bigint NULL,
    `reference` varchar(100) NOT NULL,
    CONSTRAINT `shop_providerevent_once` UNIQUE (`provider`, `event_id`)
);

CREATE TABLE `shop_publisher` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `name` varchar(200) NOT NULL UNIQUE,
    `description` longtext NOT NULL
);

CREATE TABLE `shop_refund` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `amount` numeric(10, 2) NOT NULL,
    `reason` varchar(200) NOT NULL,
    `status` varchar(10) NOT NULL,
    `reference` varchar(100) NULL UNIQUE,
    `created_at` datetime(6) NOT NULL,
    `done_at` datetime(6) NULL,
    `payment_id` bigint NOT NULL,
    `actor_id` bigint NULL,
    `key` varchar(64) NOT NULL UNIQUE,
    `origin` varchar(10) NOT NULL,
    `problem` varchar(200) NOT NULL,
    `shipping` numeric(10, 2) NOT NULL,
    `tries` smallint UNSIGNED NOT NULL CHECK (`tries` >= 0),
    `by_hand` bool NOT NULL,
    CONSTRAINT `shop_refund_positive` CHECK (`amount` > 0),
    CONSTRAINT `shop_refund_shipping` CHECK ((`shipping` >= 0 AND `shipping` <= (`amount`)))
);

CREATE TABLE `shop_refundline` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `quantity` integer UNSIGNED NOT NULL CHECK (`quantity` >= 0),
    `amount` numeric(10, 2) NOT NULL,
    `fate` varchar(10) NOT NULL,
    `line_id` bigint NOT NULL,
    `refund_id` bigint NOT NULL,
    CONSTRAINT `shop_refundline_once` UNIQUE (`refund_id`, `line_id`),
    CONSTRAINT `shop_refundline_amount` CHECK ((`amount` >= 0 AND `quantity` >= 1))
);

CREATE TABLE `shop_return` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `number` smallint UNSIGNED NOT NULL CHECK (`number` >= 0),
    `status` varchar(10) NOT NULL,
    `reason` varchar(200) NOT NULL,
    `answer` varchar(200) NOT NULL,
    `asked_at` datetime(6) NOT NULL,
    `closed_at` datetime(6) NULL,
    `actor_id` bigint NULL,
    `order_id` bigint NOT NULL,
    CONSTRAINT `shop_return_number` UNIQUE (`order_id`, `number`)
);

CREATE TABLE `shop_returnline` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `quantity` integer UNSIGNED NOT NULL CHECK (`quantity` >= 0),
    `restocked` integer UNSIGNED NOT NULL CHECK (`restocked` >= 0),
    `line_id` bigint NOT NULL,
    `part_of_id` bigint NOT NULL,
    CONSTRAINT `shop_returnline_once` UNIQUE (`part_of_id`, `line_id`),
    CONSTRAINT `shop_returnline_quantity` CHECK ((`quantity` >= 1 AND `restocked` <= (`quantity`)))
);

CREATE TABLE `shop_salesrank` (
    `book_id` bigint NOT NULL PRIMARY KEY,
    `copies` integer UNSIGNED NOT NULL CHECK (`copies` >= 0),
    `rank` integer UNSIGNED NOT NULL CHECK (`rank` >= 0)
);

CREATE TABLE `shop_series` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `name` varchar(200) NOT NULL UNIQUE,
    `description` longtext NOT NULL
);

CREATE TABLE `shop_shipment` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `number` smallint UNSIGNED NOT NULL CHECK (`number` >= 0),
    `carrier` varchar(100) NOT NULL,
    `tracking` varchar(100) NOT NULL,
    `dispatched_at` datetime(6) NOT NULL,
    `delivered_at` datetime(6) NULL,
    `actor_id` bigint NULL,
    `order_id` bigint NOT NULL,
    CONSTRAINT `shop_shipment_number` UNIQUE (`order_id`, `number`)
);

CREATE TABLE `shop_shipmentline` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `quantity` integer UNSIGNED NOT NULL CHECK (`quantity` >= 0),
    `line_id` bigint NOT NULL,
    `shipment_id` bigint NOT NULL,
    CONSTRAINT `shop_shipmentline_once` UNIQUE (`shipment_id`, `line_id`),
    CONSTRAINT `shop_shipmentline_quantity` CHECK (`quantity` >= 1)
);

CREATE TABLE `shop_shippingband` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `up_to_grams` integer UNSIGNED NULL CHECK (`up_to_grams` >= 0),
    `from_value` numeric(10, 2) NOT NULL,
    `price` numeric(10, 2) NOT NULL,
    `method_id` bigint NOT NULL,
    CONSTRAINT `shop_shippingband_price` CHECK ((`from_value` >= 0 AND `price` >= 0))
);

CREATE TABLE `shop_shippingmethod` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `name` varchar(100) NOT NULL,
    `carrier` varchar(100) NOT NULL,
    `promise` varchar(100) NOT NULL,
    `free_over` numeric(10, 2) NULL,
    `is_offered` bool NOT NULL,
    `position` smallint UNSIGNED NOT NULL CHECK (`position` >= 0),
    `zone_id` bigint NOT NULL,
    CONSTRAINT `shop_shippingmethod_name` UNIQUE (`zone_id`, `name`),
    CONSTRAINT `shop_shippingmethod_free_over` CHECK ((`free_over` IS NULL OR `free_over` >= 0))
);

CREATE TABLE `shop_shippingzone` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `name` varchar(100) NOT NULL UNIQUE,
    `is_everywhere_else` bool NULL UNIQUE
);

CREATE TABLE `shop_staffpick` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `note` varchar(300) NOT NULL,
    `added_at` datetime(6) NOT NULL,
    `book_id` bigint NOT NULL UNIQUE,
    `by_id` bigint NULL
);

CREATE TABLE `shop_subject` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `name` varchar(100) NOT NULL,
    `slug` varchar(60) NOT NULL,
    `path` varchar(200) NOT NULL UNIQUE,
    `colour` varchar(7) NOT NULL,
    `parent_id` bigint NULL
);

CREATE TABLE `shop_subjectcode` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `scheme` varchar(2) NOT NULL,
    `code` varchar(255) NOT NULL,
    `heading` varchar(200) NOT NULL,
    `subject_id` bigint NULL,
    CONSTRAINT `shop_subject_code_once` UNIQUE (`scheme`, `code`)
);

CREATE TABLE `shop_supplier` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `name` varchar(200) NOT NULL,
    `scheme` varchar(100) NOT NULL,
    `identifier` varchar(100) NOT NULL,
    `email` varchar(254) NOT NULL,
    `telephone` varchar(50) NOT NULL,
    CONSTRAINT `shop_supplier_once` UNIQUE (`scheme`, `identifier`, `name`)
);

CREATE TABLE `shop_supplierprice` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `price_type` varchar(2) NOT NULL,
    `amount` numeric(10, 2) NOT NULL,
    `currency` varchar(3) NOT NULL,
    `tax_rate` numeric(5, 2) NULL,
    `tax_code` varchar(1) NOT NULL,
    `valid_from` date NULL,
    `valid_until` date NULL,
    `book_id` bigint NOT NULL,
    `supplier_id` bigint NULL
);

CREATE TABLE `shop_taxrate` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `country` varchar(2) NOT NULL,
    `product_class` varchar(10) NOT NULL,
    `rate` numeric(5, 2) NOT NULL,
    `valid_from` date NOT NULL,
    CONSTRAINT `shop_taxrate_one_a_day` UNIQUE (`country`, `product_class`, `valid_from`),
    CONSTRAINT `shop_taxrate_percent` CHECK ((`rate` >= 0 AND `rate` < 100))
);

CREATE TABLE `shop_user` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `password` varchar(128) NOT NULL,
    `last_login` datetime(6) NULL,
    `is_superuser` bool NOT NULL,
    `email` varchar(254) NOT NULL UNIQUE,
    `name` varchar(150) NOT NULL,
    `is_staff` bool NOT NULL,
    `is_active` bool NOT NULL,
    `date_joined` datetime(6) NOT NULL
);

CREATE TABLE `shop_user_groups` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `user_id` bigint NOT NULL,
    `group_id` integer NOT NULL
);

CREATE TABLE `shop_user_user_permissions` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `user_id` bigint NOT NULL,
    `permission_id` integer NOT NULL
);

CREATE TABLE `shop_wording` (
    `kind` varchar(30) NOT NULL PRIMARY KEY,
    `subject` varchar(150) NOT NULL,
    `opening` longtext NOT NULL,
    `closing` longtext NOT NULL,
    `is_off` bool NOT NULL,
    `changed_at` datetime(6) NOT NULL
);

CREATE TABLE `shop_work` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `title` varchar(300) NOT NULL
);

CREATE TABLE `shop_workidentifier` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `scheme` varchar(100) NOT NULL,
    `value` varchar(100) NOT NULL,
    `work_id` bigint NOT NULL,
    CONSTRAINT `shop_work_identifier_once` UNIQUE (`scheme`, `value`)
);

CREATE TABLE `shop_zonecountry` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `country` varchar(2) NOT NULL UNIQUE,
    `zone_id` bigint NOT NULL
);

CREATE TABLE `usersessions_usersession` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `created_at` datetime(6) NOT NULL,
    `ip` char(39) NOT NULL,
    `last_seen_at` datetime(6) NOT NULL,
    `session_key` varchar(40) NOT NULL UNIQUE,
    `user_agent` varchar(200) NOT NULL,
    `data` json NOT NULL,
    `user_id` bigint NOT NULL
);

ALTER TABLE `account_emailaddress` ADD CONSTRAINT `account_emailaddress_user_id_email_987c8728_uniq` UNIQUE (`user_id`, `email`);

ALTER TABLE `account_emailaddress` ADD CONSTRAINT `account_emailaddress_user_id_2c513194_fk_shop_user_id` FOREIGN KEY (`user_id`) REFERENCES `shop_user` (`id`);

CREATE INDEX `account_emailaddress_email_03be32b2` ON `account_emailaddress` (`email`);

ALTER TABLE `account_emailconfirmation` ADD CONSTRAINT `account_emailconfirm_email_address_id_5b7f8c58_fk_account_e` FOREIGN KEY (`email_address_id`) REFERENCES `account_emailaddress` (`id`);

ALTER TABLE `django_admin_log` ADD CONSTRAINT `django_admin_log_content_type_id_c4bce8eb_fk_django_co` FOREIGN KEY (`content_type_id`) REFERENCES `django_content_type` (`id`);

ALTER TABLE `django_admin_log` ADD CONSTRAINT `django_admin_log_user_id_c564eba6_fk_shop_user_id` FOREIGN KEY (`user_id`) REFERENCES `shop_user` (`id`);

ALTER TABLE `auth_group_permissions` ADD CONSTRAINT `auth_group_permissions_group_id_permission_id_0cd325b0_uniq` UNIQUE (`group_id`, `permission_id`);

ALTER TABLE `auth_group_permissions` ADD CONSTRAINT `auth_group_permissions_group_id_b120cbf9_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`);

ALTER TABLE `auth_group_permissions` ADD CONSTRAINT `auth_group_permissio_permission_id_84c5c92e_fk_auth_perm` FOREIGN KEY (`permission_id`) REFERENCES `auth_permission` (`id`);

ALTER TABLE `auth_permission` ADD CONSTRAINT `auth_permission_content_type_id_codename_01ab375a_uniq` UNIQUE (`content_type_id`, `codename`);

ALTER TABLE `auth_permission` ADD CONSTRAINT `auth_permission_content_type_id_2f476e4b_fk_django_co` FOREIGN KEY (`content_type_id`) REFERENCES `django_content_type` (`id`);

ALTER TABLE `django_content_type` ADD CONSTRAINT `django_content_type_app_label_model_76bd3d3b_uniq` UNIQUE (`app_label`, `model`);

CREATE INDEX `success_index` ON `django_q_task` (`group`, `name`, `func`);

ALTER TABLE `inventory_backorder` ADD CONSTRAINT `inventory_backorder_book_id_456d0ed7_fk_shop_book_id` FOREIGN KEY (`book_id`) REFERENCES `shop_book` (`id`);

ALTER TABLE `inventory_backorder` ADD CONSTRAINT `inventory_backorder_order_line_id_051cf195_fk_shop_orderline_id` FOREIGN KEY (`order_line_id`) REFERENCES `shop_orderline` (`id`);

ALTER TABLE `inventory_delivery` ADD CONSTRAINT `inventory_delivery_actor_id_8bd88f73_fk_shop_user_id` FOREIGN KEY (`actor_id`) REFERENCES `shop_user` (`id`);

ALTER TABLE `inventory_restockalert` ADD CONSTRAINT `inventory_restockalert_book_id_ed360d54_fk_shop_book_id` FOREIGN KEY (`book_id`) REFERENCES `shop_book` (`id`);

CREATE INDEX `inventory_alert_by_raised` ON `inventory_restockalert` (`is_open`, `raised_at`, `id`);

ALTER TABLE `inventory_stock` ADD CONSTRAINT `inventory_stock_book_id_8fbe8b5e_fk_shop_book_id` FOREIGN KEY (`book_id`) REFERENCES `shop_book` (`id`);

ALTER TABLE `inventory_stockmovement` ADD CONSTRAINT `inventory_stockmovement_actor_id_debebb9d_fk_shop_user_id` FOREIGN KEY (`actor_id`) REFERENCES `shop_user` (`id`);

ALTER TABLE `inventory_stockmovement` ADD CONSTRAINT `inventory_stockmovement_book_id_8f7ae088_fk_shop_book_id` FOREIGN KEY (`book_id`) REFERENCES `shop_book` (`id`);

ALTER TABLE `inventory_stockmovement` ADD CONSTRAINT `inventory_stockmovem_order_line_id_23fcb62e_fk_shop_orde` FOREIGN KEY (`order_line_id`) REFERENCES `shop_orderline` (`id`);

CREATE INDEX `inventory_stockmovement_at_741f2625` ON `inventory_stockmovement` (`at`);

ALTER TABLE `mfa_authenticator` ADD CONSTRAINT `mfa_authenticator_user_id_0c3a50c0_fk_shop_user_id` FOREIGN KEY (`user_id`) REFERENCES `shop_user` (`id`);

CREATE INDEX `django_session_expire_date_a5c62663` ON `django_session` (`expire_date`);

ALTER TABLE `shop_address` ADD CONSTRAINT `shop_address_user_id_3edd3b17_fk_shop_user_id` FOREIGN KEY (`user_id`) REFERENCES `shop_user` (`id`);

ALTER TABLE `shop_book` ADD CONSTRAINT `shop_book_publisher_id_04743c27_fk_shop_publisher_id` FOREIGN KEY (`publisher_id`) REFERENCES `shop_publisher` (`id`);

ALTER TABLE `shop_book` ADD CONSTRAINT `shop_book_main_subject_id_e2de3f05_fk_shop_subject_id` FOREIGN KEY (`main_subject_id`) REFERENCES `shop_subject` (`id`);

ALTER TABLE `shop_book` ADD CONSTRAINT `shop_book_series_id_20e4f280_fk_shop_series_id` FOREIGN KEY (`series_id`) REFERENCES `shop_series` (`id`);

ALTER TABLE `shop_book` ADD CONSTRAINT `shop_book_work_id_83463950_fk_shop_work_id` FOREIGN KEY (`work_id`) REFERENCES `shop_work` (`id`);

ALTER TABLE `shop_book` ADD CONSTRAINT `shop_book_isbn_13_digits` CHECK (CHAR_LENGTH(`isbn`) = 13);

ALTER TABLE `shop_book` ADD CONSTRAINT `shop_book_price_not_negative` CHECK (`price` >= 0);

ALTER TABLE `shop_book` ADD CONSTRAINT `shop_book_on_sale_has_price` CHECK ((`on_sale` = False OR `price` IS NOT NULL));

CREATE INDEX `shop_book_by_title` ON `shop_book` (`listed`, `sort_title`, `id`);

CREATE INDEX `shop_book_by_price` ON `shop_book` (`listed`, `price`, `id`);

CREATE INDEX `shop_book_by_year` ON `shop_book` (`listed`, `first_published`, `id`);

CREATE INDEX `shop_book_by_added` ON `shop_book` (`listed`, `added_at`, `id`);

CREATE INDEX `shop_book_by_published` ON `shop_book` (`listed`, `publication_date`, `id`);

CREATE INDEX `shop_book_by_series` ON `shop_book` (`series_id`, `series_position`, `id`);

ALTER TABLE `shop_book_subjects` ADD CONSTRAINT `shop_book_subjects_book_id_subject_id_7838ac38_uniq` UNIQUE (`book_id`, `subject_id`);

ALTER TABLE `shop_book_subjects` ADD CONSTRAINT `shop_book_subjects_book_id_8b198166_fk_shop_book_id` FOREIGN KEY (`book_id`) REFERENCES `shop_book` (`id`);

ALTER TABLE `shop_book_subjects` ADD CONSTRAINT `shop_book_subjects_subject_id_68c06c84_fk_shop_subject_id` FOREIGN KEY (`subject_id`) REFERENCES `shop_subject` (`id`);

CREATE INDEX `shop_bookchange_at_dbb30785` ON `shop_bookchange` (`at`);

ALTER TABLE `shop_booksubjectcode` ADD CONSTRAINT `shop_booksubjectcode_book_id_d202007d_fk_shop_book_id` FOREIGN KEY (`book_id`) REFERENCES `shop_book` (`id`);

ALTER TABLE `shop_booksubjectcode` ADD CONSTRAINT `shop_booksubjectcode_code_id_9517c32b_fk_shop_subjectcode_id` FOREIGN KEY (`code_id`) REFERENCES `shop_subjectcode` (`id`);

ALTER TABLE `shop_booktext` ADD CONSTRAINT `shop_booktext_book_id_105753ac_fk_shop_book_id` FOREIGN KEY (`book_id`) REFERENCES `shop_book` (`id`);

ALTER TABLE `shop_cart` ADD CONSTRAINT `shop_cart_user_id_27925ac6_fk_shop_user_id` FOREIGN KEY (`user_id`) REFERENCES `shop_user` (`id`);

CREATE INDEX `shop_cart_updated_at_947a90d8` ON `shop_cart` (`updated_at`);

ALTER TABLE `shop_cartline` ADD CONSTRAINT `shop_cartline_book_id_a405b9c5_fk_shop_book_id` FOREIGN KEY (`book_id`) REFERENCES `shop_book` (`id`);

ALTER TABLE `shop_cartline` ADD CONSTRAINT `shop_cartline_cart_id_c1266cfd_fk_shop_cart_id` FOREIGN KEY (`cart_id`) REFERENCES `shop_cart` (`id`);

ALTER TABLE `shop_companion` ADD CONSTRAINT `shop_companion_book_id_7c955a5c_fk_shop_book_id` FOREIGN KEY (`book_id`) REFERENCES `shop_book` (`id`);

ALTER TABLE `shop_companion` ADD CONSTRAINT `shop_companion_other_id_be897434_fk_shop_book_id` FOREIGN KEY (`other_id`) REFERENCES `shop_book` (`id`);

ALTER TABLE `shop_contribution` ADD CONSTRAINT `shop_contribution_book_id_283a53d9_fk_shop_book_id` FOREIGN KEY (`book_id`) REFERENCES `shop_book` (`id`);

ALTER TABLE `shop_contribution` ADD CONSTRAINT `shop_contribution_contributor_id_62c5d537_fk_shop_contributor_id` FOREIGN KEY (`contributor_id`) REFERENCES `shop_contributor` (`id`);

CREATE INDEX `shop_contributor_name_7ca4ddf4` ON `shop_contributor` (`name`);

CREATE INDEX `shop_contributor_sort_name_5a8378b7` ON `shop_contributor` (`sort_name`);

ALTER TABLE `shop_creditnote` ADD CONSTRAINT `shop_creditnote_invoice_id_380f522f_fk_shop_invoice_id` FOREIGN KEY (`invoice_id`) REFERENCES `shop_invoice` (`id`);

ALTER TABLE `shop_creditnote` ADD CONSTRAINT `shop_creditnote_refund_id_e2627483_fk_shop_refund_id` FOREIGN KEY (`refund_id`) REFERENCES `shop_refund` (`id`);

ALTER TABLE `shop_feedimport` ADD CONSTRAINT `shop_feedimport_by_id_71d36575_fk_shop_user_id` FOREIGN KEY (`by_id`) REFERENCES `shop_user` (`id`);

CREATE INDEX `shop_feedimport_fingerprint_c08a0e3e` ON `shop_feedimport` (`fingerprint`);

CREATE INDEX `shop_feedimport_created_at_c4b1d190` ON `shop_feedimport` (`created_at`);

ALTER TABLE `shop_feednote` ADD CONSTRAINT `shop_feednote_run_id_6c77934f_fk_shop_feedimport_id` FOREIGN KEY (`run_id`) REFERENCES `shop_feedimport` (`id`);

ALTER TABLE `shop_feedrecord` ADD CONSTRAINT `shop_feedrecord_book_id_89e2476a_fk_shop_book_id` FOREIGN KEY (`book_id`) REFERENCES `shop_book` (`id`);

CREATE INDEX `shop_feedrecord_reference_171a45a2` ON `shop_feedrecord` (`reference`);

ALTER TABLE `shop_invoice` ADD CONSTRAINT `shop_invoice_order_id_1ed1a945_fk_shop_order_id` FOREIGN KEY (`order_id`) REFERENCES `shop_order` (`id`);

ALTER TABLE `shop_linecredit` ADD CONSTRAINT `shop_linecredit_contributor_id_ca2fae7a_fk_shop_contributor_id` FOREIGN KEY (`contributor_id`) REFERENCES `shop_contributor` (`id`);

ALTER TABLE `shop_linecredit` ADD CONSTRAINT `shop_linecredit_line_id_8c2d34f8_fk_shop_orderline_id` FOREIGN KEY (`line_id`) REFERENCES `shop_orderline` (`id`);

CREATE INDEX `shop_mail_by_due` ON `shop_mail` (`status`, `due_at`);

ALTER TABLE `shop_order` ADD CONSTRAINT `shop_order_customer_id_f638df20_fk_shop_user_id` FOREIGN KEY (`customer_id`) REFERENCES `shop_user` (`id`);

ALTER TABLE `shop_order` ADD CONSTRAINT `shop_order_shipping_method_id_565197cb_fk_shop_shippingmethod_id` FOREIGN KEY (`shipping_method_id`) REFERENCES `shop_shippingmethod` (`id`);

CREATE INDEX `shop_order_by_status` ON `shop_order` (`status`, `placed_at`);

CREATE INDEX `shop_order_by_expiry` ON `shop_order` (`status`, `expires_at`);

CREATE INDEX `shop_order_by_paid` ON `shop_order` (`status`, `paid_at`);

CREATE INDEX `shop_order_by_placed` ON `shop_order` (`placed_at`);

CREATE INDEX `shop_order_by_email` ON `shop_order` (`email`);

ALTER TABLE `shop_orderevent` ADD CONSTRAINT `shop_orderevent_actor_id_de50e5d8_fk_shop_user_id` FOREIGN KEY (`actor_id`) REFERENCES `shop_user` (`id`);

ALTER TABLE `shop_orderevent` ADD CONSTRAINT `shop_orderevent_order_id_c5414ca2_fk_shop_order_id` FOREIGN KEY (`order_id`) REFERENCES `shop_order` (`id`);

ALTER TABLE `shop_orderline` ADD CONSTRAINT `shop_orderline_book_id_abb126c1_fk_shop_book_id` FOREIGN KEY (`book_id`) REFERENCES `shop_book` (`id`);

ALTER TABLE `shop_orderline` ADD CONSTRAINT `shop_orderline_order_id_8ad562c5_fk_shop_order_id` FOREIGN KEY (`order_id`) REFERENCES `shop_order` (`id`);

CREATE INDEX `shop_orderline_by_told` ON `shop_orderline` (`told_from`);

ALTER TABLE `shop_payment` ADD CONSTRAINT `shop_payment_actor_id_410ac334_fk_shop_user_id` FOREIGN KEY (`actor_id`) REFERENCES `shop_user` (`id`);

ALTER TABLE `shop_payment` ADD CONSTRAINT `shop_payment_order_id_20828773_fk_shop_order_id` FOREIGN KEY (`order_id`) REFERENCES `shop_order` (`id`);

CREATE INDEX `shop_payment_by_status` ON `shop_payment` (`status`, `started_at`);

ALTER TABLE `shop_productrelation` ADD CONSTRAINT `shop_productrelation_book_id_c115109b_fk_shop_book_id` FOREIGN KEY (`book_id`) REFERENCES `shop_book` (`id`);

CREATE INDEX `shop_productrelation_isbn_13ac441c` ON `shop_productrelation` (`isbn`);

ALTER TABLE `shop_providerevent` ADD CONSTRAINT `shop_providerevent_payment_id_a3902163_fk_shop_payment_id` FOREIGN KEY (`payment_id`) REFERENCES `shop_payment` (`id`);

CREATE INDEX `shop_event_by_outcome` ON `shop_providerevent` (`outcome`, `received_at`);

CREATE INDEX `shop_event_by_received` ON `shop_providerevent` (`received_at`);

ALTER TABLE `shop_refund` ADD CONSTRAINT `shop_refund_payment_id_e40a49ab_fk_shop_payment_id` FOREIGN KEY (`payment_id`) REFERENCES `shop_payment` (`id`);

ALTER TABLE `shop_refund` ADD CONSTRAINT `shop_refund_actor_id_d4338b71_fk_shop_user_id` FOREIGN KEY (`actor_id`) REFERENCES `shop_user` (`id`);

CREATE INDEX `shop_refund_by_created` ON `shop_refund` (`created_at`);

CREATE INDEX `shop_refund_by_status` ON `shop_refund` (`status`, `created_at`);

ALTER TABLE `shop_refundline` ADD CONSTRAINT `shop_refundline_line_id_e5fc6952_fk_shop_orderline_id` FOREIGN KEY (`line_id`) REFERENCES `shop_orderline` (`id`);

ALTER TABLE `shop_refundline` ADD CONSTRAINT `shop_refundline_refund_id_ac8c21bc_fk_shop_refund_id` FOREIGN KEY (`refund_id`) REFERENCES `shop_refund` (`id`);

ALTER TABLE `shop_return` ADD CONSTRAINT `shop_return_actor_id_4064c512_fk_shop_user_id` FOREIGN KEY (`actor_id`) REFERENCES `shop_user` (`id`);

ALTER TABLE `shop_return` ADD CONSTRAINT `shop_return_order_id_7e44182a_fk_shop_order_id` FOREIGN KEY (`order_id`) REFERENCES `shop_order` (`id`);

CREATE INDEX `shop_return_by_status` ON `shop_return` (`status`, `asked_at`);

ALTER TABLE `shop_returnline` ADD CONSTRAINT `shop_returnline_line_id_f3a1d7af_fk_shop_orderline_id` FOREIGN KEY (`line_id`) REFERENCES `shop_orderline` (`id`);

ALTER TABLE `shop_returnline` ADD CONSTRAINT `shop_returnline_part_of_id_e6e8d4d0_fk_shop_return_id` FOREIGN KEY (`part_of_id`) REFERENCES `shop_return` (`id`);

ALTER TABLE `shop_salesrank` ADD CONSTRAINT `shop_salesrank_book_id_3572e82e_fk_shop_book_id` FOREIGN KEY (`book_id`) REFERENCES `shop_book` (`id`);

CREATE INDEX `shop_salesrank_rank_d1f6a0e9` ON `shop_salesrank` (`rank`);

ALTER TABLE `shop_shipment` ADD CONSTRAINT `shop_shipment_actor_id_20d30ff9_fk_shop_user_id` FOREIGN KEY (`actor_id`) REFERENCES `shop_user` (`id`);

ALTER TABLE `shop_shipment` ADD CONSTRAINT `shop_shipment_order_id_21305c8c_fk_shop_order_id` FOREIGN KEY (`order_id`) REFERENCES `shop_order` (`id`);

ALTER TABLE `shop_shipmentline` ADD CONSTRAINT `shop_shipmentline_line_id_1841d8ad_fk_shop_orderline_id` FOREIGN KEY (`line_id`) REFERENCES `shop_orderline` (`id`);

ALTER TABLE `shop_shipmentline` ADD CONSTRAINT `shop_shipmentline_shipment_id_3d84639d_fk_shop_shipment_id` FOREIGN KEY (`shipment_id`) REFERENCES `shop_shipment` (`id`);

ALTER TABLE `shop_shippingband` ADD CONSTRAINT `shop_shippingband_method_id_b211205a_fk_shop_shippingmethod_id` FOREIGN KEY (`method_id`) REFERENCES `shop_shippingmethod` (`id`);

ALTER TABLE `shop_shippingmethod` ADD CONSTRAINT `shop_shippingmethod_zone_id_baf3de34_fk_shop_shippingzone_id` FOREIGN KEY (`zone_id`) REFERENCES `shop_shippingzone` (`id`);

ALTER TABLE `shop_staffpick` ADD CONSTRAINT `shop_staffpick_book_id_13d49a1a_fk_shop_book_id` FOREIGN KEY (`book_id`) REFERENCES `shop_book` (`id`);

ALTER TABLE `shop_staffpick` ADD CONSTRAINT `shop_staffpick_by_id_bfd0cb4f_fk_shop_user_id` FOREIGN KEY (`by_id`) REFERENCES `shop_user` (`id`);

CREATE INDEX `shop_staffpick_added_at_b7c1170e` ON `shop_staffpick` (`added_at`);

ALTER TABLE `shop_subject` ADD CONSTRAINT `shop_subject_parent_id_f3a4f17e_fk_shop_subject_id` FOREIGN KEY (`parent_id`) REFERENCES `shop_subject` (`id`);

CREATE INDEX `shop_subject_slug_e83e5ee2` ON `shop_subject` (`slug`);

ALTER TABLE `shop_subjectcode` ADD CONSTRAINT `shop_subjectcode_subject_id_af172f46_fk_shop_subject_id` FOREIGN KEY (`subject_id`) REFERENCES `shop_subject` (`id`);

ALTER TABLE `shop_supplierprice` ADD CONSTRAINT `shop_supplierprice_book_id_f0f6e892_fk_shop_book_id` FOREIGN KEY (`book_id`) REFERENCES `shop_book` (`id`);

ALTER TABLE `shop_supplierprice` ADD CONSTRAINT `shop_supplierprice_supplier_id_f291d602_fk_shop_supplier_id` FOREIGN KEY (`supplier_id`) REFERENCES `shop_supplier` (`id`);

ALTER TABLE `shop_user_groups` ADD CONSTRAINT `shop_user_groups_user_id_group_id_29c349c0_uniq` UNIQUE (`user_id`, `group_id`);

ALTER TABLE `shop_user_groups` ADD CONSTRAINT `shop_user_groups_user_id_252129d6_fk_shop_user_id` FOREIGN KEY (`user_id`) REFERENCES `shop_user` (`id`);

ALTER TABLE `shop_user_groups` ADD CONSTRAINT `shop_user_groups_group_id_bf3fb67c_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`);

ALTER TABLE `shop_user_user_permissions` ADD CONSTRAINT `shop_user_user_permissions_user_id_permission_id_8836bbbf_uniq` UNIQUE (`user_id`, `permission_id`);

ALTER TABLE `shop_user_user_permissions` ADD CONSTRAINT `shop_user_user_permissions_user_id_d5f91630_fk_shop_user_id` FOREIGN KEY (`user_id`) REFERENCES `shop_user` (`id`);

ALTER TABLE `shop_user_user_permissions` ADD CONSTRAINT `shop_user_user_permi_permission_id_ace4643b_fk_auth_perm` FOREIGN KEY (`permission_id`) REFERENCES `auth_permission` (`id`);

ALTER TABLE `shop_workidentifier` ADD CONSTRAINT `shop_workidentifier_work_id_4f6cb116_fk_shop_work_id` FOREIGN KEY (`work_id`) REFERENCES `shop_work` (`id`);

ALTER TABLE `shop_zonecountry` ADD CONSTRAINT `shop_zonecountry_zone_id_203577b1_fk_shop_shippingzone_id` FOREIGN KEY (`zone_id`) REFERENCES `shop_shippingzone` (`id`);

ALTER TABLE `usersessions_usersession` ADD CONSTRAINT `usersessions_usersession_user_id_af5e0a6d_fk_shop_user_id` FOREIGN KEY (`user_id`) REFERENCES `shop_user` (`id`);
