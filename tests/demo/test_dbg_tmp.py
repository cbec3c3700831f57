from tests.demo.test_demo import *
async def test_dbg(callers, seeded):
    print(await callers[Level.RESELLER].raw("{ viewer { scopes roles organization {name} reseller { name } vendor {name} distributor {name} } }"))
    async with seeded.database.reading(Context(DatabaseRole.AUTH)) as db:
        print(await db.rows("SELECT * FROM party_link WHERE organization_id=$1", organization_id(SHARED)))
    assert 0
