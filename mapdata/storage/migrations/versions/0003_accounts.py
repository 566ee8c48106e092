"""Accounts, their sessions and one-time links, failed sign-ins, and the record of what was done."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def _at(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table("account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("name_key", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        _at("made_at"),
        sa.Column("made_by", sa.String(length=128), nullable=False),
        _at("last_sign_in_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("name_key", name="uq_account_name_key")
    )
    op.create_table("login_session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        _at("begun_at"),
        _at("seen_at"),
        _at("ended_at", nullable=True),
        sa.Column("ended_how", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_login_session_account_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_login_session")
    )
    op.create_index("ix_login_session_account_id", "login_session", ["account_id"])
    op.create_table("one_time_link",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        _at("made_at"),
        sa.Column("made_by", sa.String(length=128), nullable=False),
        _at("expires_at"),
        _at("ended_at", nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_one_time_link_account_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_one_time_link")
    )
    op.create_index("ix_one_time_link_account_id", "one_time_link", ["account_id"])
    op.create_table("sign_in_failure",
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        _at("last_at"),
        sa.PrimaryKeyConstraint("bucket", name="pk_sign_in_failure")
    )
    op.create_index("ix_sign_in_failure_last_at", "sign_in_failure", ["last_at"])
    op.create_table("audit",
        sa.Column("id", sa.Integer(), nullable=False),
        _at("at"),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit")
    )
    for column in ("at", "actor", "kind"):
        op.create_index(f"ix_audit_{column}", "audit", [column])
