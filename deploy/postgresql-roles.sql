-- Two roles. The application's role owns no table, so it can neither drop a trigger nor alter a table that only grows.
-- Run as a superuser: psql -f postgresql-roles.sql
CREATE ROLE tinhso_owner LOGIN;
CREATE ROLE tinhso_app LOGIN;
CREATE DATABASE tinhso OWNER tinhso_owner ENCODING 'UTF8' TEMPLATE template0 LOCALE 'C.UTF-8';
\connect tinhso
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO tinhso_owner;
GRANT USAGE ON SCHEMA public TO tinhso_app;
ALTER DEFAULT PRIVILEGES FOR ROLE tinhso_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tinhso_app;
ALTER DEFAULT PRIVILEGES FOR ROLE tinhso_owner IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO tinhso_app;
